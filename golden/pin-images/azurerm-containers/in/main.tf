resource "azurerm_container_group" "a" {
  container {
    name  = "web"
    image = "nginx:latest"
  }
  init_container {
    name  = "init"
    image = "busybox"
  }
}

resource "azurerm_container_app" "b" {
  template {
    container {
      name  = "cache"
      image = "redis:7"
    }
  }
}
