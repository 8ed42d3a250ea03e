module "a" {
  source = "./app"
  image  = "grafana/grafana:11.3.0"
}

module "b" {
  source = "./app"
  image  = "grafana/grafana:10.4.0"
}
