locals {
  common = { image = "nginx:latest" }
}

terraform {
  source = "../../modules//a"
}

inputs = merge(local.common, { name = "a" })
