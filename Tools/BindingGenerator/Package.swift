// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "BindingGenerator",
  dependencies: [
    .package(url: "https://github.com/swiftlang/swift-syntax", exact: "603.0.1")
  ],
  targets: [
    .executableTarget(
      name: "BindingGenerator",
      dependencies: [
        .product(name: "SwiftSyntax", package: "swift-syntax"),
        .product(name: "SwiftParser", package: "swift-syntax"),
      ],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
      ]),
    .testTarget(name: "BindingGeneratorTests", dependencies: ["BindingGenerator"]),
  ]
)
