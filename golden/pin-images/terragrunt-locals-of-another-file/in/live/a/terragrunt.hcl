locals {
  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))
}

terraform {
  source = "../../modules//a"
}

inputs = {
  image = "nginx:${local.env.locals.tag}"
}
