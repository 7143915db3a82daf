"""An offline AWS for the tests and examples of this repository.

moto holds the state of the services that it knows well (S3, IAM, SSM, ECR, ...);
this package adds what moto lacks or gets wrong: a CloudFormation engine, the
SageMaker image APIs, policy enforcement, a container registry and a place to run
function code.
"""
