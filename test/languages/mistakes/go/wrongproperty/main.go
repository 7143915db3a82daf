// Package main does not compile: no such property exists.
package main

import images "github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages"

var _ = images.ImageVersionOptions{Framework: images.MlFramework_Pytorch(nil)}

func main() {}
