resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  dynamic "set" {
    for_each = var.settings

    content {
      name  = set.key
      value = set.value
    }
  }

  dynamic "set" {
    for_each = var.tolerations

    content {
      name  = "tolerations[${set.key}].key"
      value = set.value
    }
  }
}

variable "settings" {
  type = map(string)
}

variable "tolerations" {
  type = list(string)
}
