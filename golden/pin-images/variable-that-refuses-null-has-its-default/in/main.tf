module "m" {
  source = "./m"
  image  = null
}
