# The image: the program, the libraries and data that it needs, and nothing else; no shell, no package manager.
# docs/image.md says how it is built with docker, podman or buildah, and pushed to a registry of yours.

FROM debian:12 AS build
WORKDIR /src
COPY .ci/setup .ci/packages.txt .ci/
# What the image has is what is installed here, so it is to be up to date.
RUN apt-get update -qq && apt-get upgrade -y -qq && .ci/setup git icu-devtools
COPY . .
# Where the sources come without git: which they are, and when they were made (seconds since 1970).
ARG LOADLINE_COMMIT
ARG SOURCE_DATE_EPOCH
RUN cmake --preset release -D LOADLINE_TESTS=OFF && cmake --build --preset release --target loadline
RUN image/rootfs.sh build-release/loadline /rootfs

FROM scratch
COPY --from=build /rootfs /
LABEL org.opencontainers.image.title="loadline" \
      org.opencontainers.image.description="A KEDA external scaler: one policy, one number, one reason"
# The numbers, as Kubernetes' runAsNonRoot cannot look up a name. The chart has the same.
USER 65532:65532
EXPOSE 50051 8080
ENTRYPOINT ["/usr/bin/loadline"]
CMD ["serve", "--config", "/etc/loadline/config/loadline.yaml"]
