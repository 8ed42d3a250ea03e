module "a" {
  source = "./m"
  image  = "ghcr.io/acme/app"
  tag    = "edge"
}

module "b" {
  source = "./m"
  image  = "redis"
  tag    = "7"
}
