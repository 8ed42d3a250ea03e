module "m" {
  source = "../.."
  image  = "redis:7"
}
