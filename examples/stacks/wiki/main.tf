module "wiki" {
  source = "../../modules/web-app"
  name   = "wiki"
  image  = "requarks/wiki"
}
