module "m" {
  source   = "./m"
  for_each = { web = "nginx:latest", cache = "redis:7" }
  image    = each.value
}
