// What happened between two views: a file for each sort of object, which add to one list.
#pragma once

#include "had/core/view/view.hpp"

#include <vector>

namespace had::core {

struct News {
    const View &before, &after;
    std::vector<Notice> notices = {};

    void add(NoticeKind kind, NoticeLevel level, Notice notice);
    // Of a problem that has come, has changed or is over; `was`: what it was.
    void trouble(Notice notice, const ObjectId& of, std::string_view was, const Status& now);
    template <class V>
    void trouble(Notice notice, const V* old, const V& now) {
        trouble(std::move(notice), id_of(now), old ? old->problem : "", now);
    }
};

// The slot of the same name as that in the place of a view, in another, where it is nearly always in the same place.
// Null: there is none.
const SlotView* same_slot(const View& view, std::size_t place, const View& other);
// Whether a port does what had.conf wants of it.
bool serves(const PortView& port);
void tell_ports(News& news);                  // and cards
void tell_services(News& news);               // and their groups

} // namespace had::core
