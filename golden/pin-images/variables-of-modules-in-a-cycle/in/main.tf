module "a" {
  source = "./m"
  image  = module.b.image
}

module "b" {
  source = "./m"
  image  = module.a.image
}
