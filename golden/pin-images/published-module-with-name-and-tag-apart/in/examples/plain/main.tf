module "m" {
  source = "../.."
}
