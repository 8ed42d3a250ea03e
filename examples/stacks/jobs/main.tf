locals {
  jobs = {
    backup = {
      image    = "restic/restic:latest"
      schedule = "0 3 * * *"
    }
    report = {
      image    = "python:3.12-slim"
      schedule = "0 6 * * 1"
    }
  }
}

resource "kubernetes_cron_job_v1" "job" {
  for_each = local.jobs
  metadata {
    name = each.key
  }
  spec {
    schedule = each.value.schedule
    job_template {
      metadata {}
      spec {
        template {
          metadata {}
          spec {
            container {
              name  = each.key
              image = each.value.image
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_job_v1" "migrate" {
  metadata {
    name = "migrate"
  }
  spec {
    template {
      metadata {}
      spec {
        container {
          name  = "migrate"
          image = var.debug ? "registry.example/tools/migrate:debug" : data.external.release.result.image
        }
      }
    }
  }
}

variable "debug" {
  type    = bool
  default = false
}

data "external" "release" {
  program = ["./release.sh"]
}
