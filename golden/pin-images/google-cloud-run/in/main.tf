resource "google_cloud_run_service" "a" {
  template {
    spec {
      containers {
        image = "nginx:latest"
      }
    }
  }
}

resource "google_cloud_run_v2_service" "b" {
  template {
    containers {
      image = "redis:7"
    }
  }
}

resource "google_cloud_run_v2_job" "c" {
  template {
    template {
      containers {
        image = "busybox"
      }
    }
  }
}
