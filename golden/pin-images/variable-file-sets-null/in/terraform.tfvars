image = null
