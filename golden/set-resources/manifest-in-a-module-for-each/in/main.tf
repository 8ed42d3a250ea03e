module "app" {
  for_each = toset(["api", "web"])
  source   = "./app"
  name     = each.key
}
