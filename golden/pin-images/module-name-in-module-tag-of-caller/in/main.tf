module "a" {
  source = "./m"
  tag    = "latest"
}
