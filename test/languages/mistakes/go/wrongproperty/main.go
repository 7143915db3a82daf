// Package main does not compile, because the property does not exist.
package main

import images "github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages"

var _ = images.ImageVersionOptions{Framework: images.MlFramework_Pytorch(nil)}

func main() {}
