terraform {
  source = "../m"
}

inputs = {
  image = "ghcr.io/acme/app"
  tag   = "latest"
}
