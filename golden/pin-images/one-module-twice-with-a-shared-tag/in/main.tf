locals {
  tag = "edge"
}

module "a" {
  source = "./m"
  image  = "ghcr.io/acme/app"
  tag    = local.tag
}

module "b" {
  source = "./m"
  image  = "ghcr.io/acme/worker"
  tag    = local.tag
}
