terraform {
  source = "../../modules/web-app"
}

inputs = {
  name      = "portal"
  image     = "ghcr.io/example/portal"
  image_tag = "main"
}
