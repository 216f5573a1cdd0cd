// swift-tools-version: 6.2
import PackageDescription

// The release library carries its own Swift runtime and exports only what
// the export map names. These flags are unsafe to SwiftPM, so they are set only when the Makefile asks;
// without them this package stays usable as a dependency of other Swift packages.
let isRelease = Context.environment["DENSE_RELEASE"] == "1"

let releaseLinkerSettings: [LinkerSetting] = [
  .unsafeFlags([
    "-static-stdlib",
    // The toolchain's own linker. The system's default would leave local Swift symbols in the dynamic table.
    "-use-ld=lld",
    "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/DenseABI/dense.map",
    "-Xlinker", "--gc-sections",
    // Functions of equal code become one. Nothing here tells functions apart by their address; the standard library does
    // where key paths are compared, which is not done here.
    "-Xlinker", "--icf=all",
    "-Xlinker", "-s",
    "-Xlinker", "-soname=libdense.so.0",
    // Threads that still run hold a destructor of ours, and a Swift runtime cannot be taken out of a process.
    "-Xlinker", "-z", "-Xlinker", "nodelete",
  ])
]

// Lets the linker leave out each function that no exported one needs, also where it is public in Swift.
let releaseSwiftSettings: [SwiftSetting] = [
  .unsafeFlags(["-Xfrontend", "-function-sections", "-Xfrontend", "-internalize-at-link"])
]

let swiftSettings: [SwiftSetting] =
  (isRelease ? releaseSwiftSettings : []) + [
    .treatAllWarnings(as: .error),
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
  ]

let package = Package(
  name: "dense",
  products: [
    .library(name: "dense", type: .dynamic, targets: ["DenseABI"]),
    .library(name: "Dense", targets: ["Dense"]),
  ],
  targets: [
    .target(name: "CDenseKernels"),
    .target(name: "DenseCompute", dependencies: ["CDenseKernels"], swiftSettings: swiftSettings),
    .target(name: "Dense", dependencies: ["DenseCompute"], swiftSettings: swiftSettings),
    .target(
      name: "DenseABI", dependencies: ["Dense", "DenseCompute"], exclude: ["dense.map"], swiftSettings: swiftSettings,
      linkerSettings: isRelease ? releaseLinkerSettings : []),
    .testTarget(
      name: "DenseComputeTests", dependencies: ["DenseCompute", "CDenseKernels"], swiftSettings: swiftSettings),
    .testTarget(name: "DenseTests", dependencies: ["Dense", "DenseCompute"], swiftSettings: swiftSettings),
  ]
)
