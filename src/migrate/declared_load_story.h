// What a declared load would have asked for, hour by hour.
#ifndef LOADLINE_MIGRATE_DECLARED_LOAD_STORY_H_
#define LOADLINE_MIGRATE_DECLARED_LOAD_STORY_H_

#include "migrate/declared_load.h"
#include "migrate/migration.h"

namespace loadline {

// A week of what is declared, hours of equal load together, while the counts of the services that it follows go up and
// down; a few hours of these where no hour is declared.
Story DeclaredLoadStory(const DeclaredLoad& service);

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_DECLARED_LOAD_STORY_H_
