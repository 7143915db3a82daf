// The validation engine of newer aws-cdk-lib releases takes seconds in every process. One test enables it again.
process.env.CDK_VALIDATION = 'false';
