data "consul_keys" "apps" {
}

resource "kubernetes_deployment_v1" "app" {
  for_each = data.consul_keys.apps.var

  spec {
    template {
      spec {
        container {
          name  = each.key
          image = each.value
        }
      }
    }
  }
}
