locals {
  tag = "latest"
}

module "app" {
  source = "./m"
  name   = "ghcr.io/acme/app"
  tag    = local.tag
}

module "worker" {
  source = "./m"
  name   = "ghcr.io/acme/worker"
  tag    = local.tag
}
