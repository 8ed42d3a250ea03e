resource "azurerm_container_group" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "app"
  os_type             = "Linux"

  container {
    name   = "app"
    image  = "${azurerm_container_registry.acr.login_server}/app:${var.release}"
    cpu    = "0.5"
    memory = "1.5"
  }
}

variable "release" {
  default = "latest"
}
