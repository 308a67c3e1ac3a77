// Netlink messages under construction.
#pragma once

#include "had/core/action/action.hpp"
#include "had/sys/link_codec.hpp"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <new>
#include <stdexcept>
#include <string>

namespace had::sys {

inline void check(int result) {
    if (result < 0) throw std::length_error("netlink: message too long");
}

template <class T>
void put(const Message& m, int type, const T& value) {
    check(nla_put(m.get(), type, sizeof value, &value));
}
inline void put(const Message& m, int type, const std::string& text) {
    check(nla_put_string(m.get(), type, text.c_str()));
}
inline void put(const Message& m, int type, const core::IpAddress& address) {
    check(nla_put(m.get(), type, static_cast<int>(address.size()), address.bytes.data()));
}

// An attribute that holds what is put while it lives.
class Nest {
public:
    Nest(const Message& m, int type) : message_(m), start_(nla_nest_start(m.get(), type)) {
        check(start_ ? 0 : -1);
    }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;
    // nla_nest_end() would remove an empty nest, and with it the meaning "no targets at all".
    ~Nest() { nla_nest_end_keep_empty(message_.get(), start_); }

private:
    const Message& message_;
    nlattr* start_;
};

template <class Header>
Message message(int type, int flags, const Header& header) {
    Message m(nlmsg_alloc_simple(type, flags));
    if (!m) throw std::bad_alloc();
    check(nlmsg_append(m.get(), const_cast<Header*>(&header), sizeof header, NLMSG_ALIGNTO));
    return m;
}

inline int index_of(const core::LinkRef& link) {
    if (link.index <= 0) throw std::invalid_argument(link.name + ": no such interface");
    return link.index;
}

inline std::vector<Request> one(Message m, int welcome_error = 0) {
    std::vector<Request> requests;
    requests.push_back({std::move(m), "", welcome_error});
    return requests;
}

} // namespace had::sys
