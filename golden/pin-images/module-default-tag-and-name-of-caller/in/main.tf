module "a" {
  source = "./m"
  image  = "ghcr.io/acme/app"
}
