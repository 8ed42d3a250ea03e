resource "azurerm_container_group" "a" {
  container {
    name  = "web"
    image = "nginx:1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93"
  }
  init_container {
    name  = "init"
    image = "busybox:1.37.0@sha256:df5fb1077a9e0c027491208c88c0fabf47a6539a7e888df0f0aa0fb3f885084d"
  }
}

resource "azurerm_container_app" "b" {
  template {
    container {
      name  = "cache"
      image = "redis:7.4.1@sha256:62c00e291ad5d4b04f16cdd249d35a29aba44c01aebedd8047686b2d1e89c3ed"
    }
  }
}
