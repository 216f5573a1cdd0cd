extension Reference {
  package static func sgd(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, momentums: UnsafeMutablePointer<Float>?,
    count: Int, learningRate: Float, momentum: Float, nesterov: Bool, decay: Float
  ) {
    for i in 0..<count {
      let decayed = weights[i] - decay * weights[i]
      guard let momentums else {
        weights[i] = decayed - learningRate * gradients[i]
        continue
      }
      momentums[i] = momentum * momentums[i] - learningRate * gradients[i]
      weights[i] = decayed + (nesterov ? momentum * momentums[i] - learningRate * gradients[i] : momentums[i])
    }
  }

  package static func rmsprop(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, velocities: UnsafeMutablePointer<Float>,
    momentums: UnsafeMutablePointer<Float>?, averages: UnsafeMutablePointer<Float>?,
    count: Int, learningRate: Float, rho: Float, momentum: Float, epsilon: Float, decay: Float
  ) {
    for i in 0..<count {
      let gradient = gradients[i]
      velocities[i] = rho * velocities[i] + (1 - rho) * gradient * gradient
      var denominator = velocities[i] + epsilon
      if let averages {
        averages[i] = rho * averages[i] + (1 - rho) * gradient
        denominator -= averages[i] * averages[i]
      }
      var increment = learningRate * gradient / denominator.squareRoot()
      if let momentums {
        momentums[i] = momentum * momentums[i] + increment
        increment = momentums[i]
      }
      weights[i] = weights[i] - decay * weights[i] - increment
    }
  }

  package static func adam(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, momentums: UnsafeMutablePointer<Float>,
    velocities: UnsafeMutablePointer<Float>, maximumVelocities: UnsafeMutablePointer<Float>?,
    count: Int, stepSize: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float
  ) {
    for i in 0..<count {
      let gradient = gradients[i]
      momentums[i] += (gradient - momentums[i]) * (1 - beta1)
      velocities[i] += (gradient * gradient - velocities[i]) * (1 - beta2)
      var velocity = velocities[i]
      if let maximumVelocities {
        maximumVelocities[i] = max(maximumVelocities[i], velocity)
        velocity = maximumVelocities[i]
      }
      let decayed = weights[i] - decay * weights[i]
      weights[i] = decayed - stepSize * momentums[i] / (velocity.squareRoot() + epsilon)
    }
  }
}
