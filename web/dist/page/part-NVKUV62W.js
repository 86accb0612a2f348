var n=({stands_seconds:e})=>e===0?1/0:e;export{n as a};
