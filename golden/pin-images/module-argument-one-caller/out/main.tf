module "a" {
  source = "./m"
  image  = "ghcr.io/acme/app"
  tag    = "edge@sha256:1589e6a4737f54f2e2347797fc5fa8c1f95c713afa38eb58a958720c5fc35344"
}
