module example.com/quickstart

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.244.0
	github.com/aws/constructs-go/constructs/v10 v10.5.1
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages v0.0.0 // the last release; v0.0.0 as long as there is none
)
