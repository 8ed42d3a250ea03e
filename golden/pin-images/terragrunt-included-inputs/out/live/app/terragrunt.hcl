include "root" {
  path = find_in_parent_folders()
}

terraform {
  source = "../../m"
}

inputs = {
  image = "ghcr.io/acme/app"
  tag   = "2.3.4@sha256:31b230f785fba74413d12b165ec5514949e0505fde3de0bc3a46af79b691930e"
}
