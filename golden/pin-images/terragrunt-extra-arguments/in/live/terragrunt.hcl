terraform {
  source = "../m"
  extra_arguments "vars" {
    commands           = ["plan"]
    required_var_files = ["${get_terragrunt_dir()}/common.tfvars"]
  }
}
