module "a" {
  source = "./m"
  image  = "ghcr.io/acme/app"
  tag    = "edge@sha256:1589e6a4737f54f2e2347797fc5fa8c1f95c713afa38eb58a958720c5fc35344"
}

module "b" {
  source = "./m"
  image  = "redis"
  tag    = "7.4.1@sha256:62c00e291ad5d4b04f16cdd249d35a29aba44c01aebedd8047686b2d1e89c3ed"
}
