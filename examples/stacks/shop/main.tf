module "shop" {
  source    = "../../modules/web-app"
  name      = "shop"
  image     = "ghcr.io/example/shop"
  image_tag = "edge" # follows main
}
