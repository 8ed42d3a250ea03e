terraform {
  source = "../../modules//a"
}

locals {
  one = "${local.two}:latest"
  two = local.one
}

inputs = {
  image = local.one
}
