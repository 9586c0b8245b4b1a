/* The least a door can be: TCP on one side, a server's unix socket on the other, one epoll loop, bytes carried as they come.
 * What it takes is what any door of this kind takes at least (docs/performance.md).
 *
 *   cc -O2 -o relay relay.c && ./relay PORT SOCKET
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int peer[65536];

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void join(int epoll, int client, const char *path) {
  int one = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  if (connect(server, (struct sockaddr *)&address, sizeof address)) {
    perror("connect");
    close(client);
    return;
  }
  fcntl(server, F_SETFL, O_NONBLOCK);
  peer[client] = server;
  peer[server] = client;
  watch(epoll, client);
  watch(epoll, server);
}

static void carry(int from) {
  static char bytes[65536];
  ssize_t count = recv(from, bytes, sizeof bytes, 0);
  if (count <= 0) {
    if (peer[from]) {
      close(peer[from]);
      peer[peer[from]] = 0;
    }
    peer[from] = 0;
    close(from);
    return;
  }
  for (ssize_t sent = 0; sent < count;) {
    ssize_t more = send(peer[from], bytes + sent, count - sent, MSG_NOSIGNAL);
    if (more < 0) return;
    sent += more;
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "relay PORT SOCKET\n");
    return 2;
  }
  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 512)) {
    perror("listen");
    return 1;
  }
  int epoll = epoll_create1(0);
  watch(epoll, listener);
  struct epoll_event events[256];
  while (1) {
    int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        join(epoll, accept4(listener, NULL, NULL, SOCK_NONBLOCK), arguments[2]);
      } else {
        carry(fd);
      }
    }
  }
}
