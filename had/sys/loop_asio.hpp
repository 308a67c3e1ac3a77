// Lends the loop's io_context to those who need Asio's buffered sockets: control/server, nobody
// else.
#pragma once

#include "had/sys/loop.hpp"

#include <utility> // Boost 1.74 forgets it before <boost/asio/...>

#include <boost/asio/io_context.hpp>

namespace had::sys {

boost::asio::io_context& io_context_of(Loop& loop);

} // namespace had::sys
