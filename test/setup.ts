// The validation engine of newer aws-cdk-lib costs seconds in every process; one test turns it on again.
process.env.CDK_VALIDATION = 'false';
