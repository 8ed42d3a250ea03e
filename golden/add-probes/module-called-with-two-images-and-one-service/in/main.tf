module "a" {
  source = "./app"
  image  = "ghcr.io/acme/a:1"
}

module "b" {
  source = "./app"
  image  = "grafana/grafana:10.4.0"
}
