include "root" {
  path = find_in_parent_folders()
}

terraform {
  source = "../../m"
}

inputs = {
  image = "ghcr.io/acme/app"
  tag   = "latest"
}
