/** How the folder for temporary files of one run begins. */
export const RUN_FOLDER = 'cdk-sagemaker-images-';
