import{a}from"./part-BTKVPOIK.js";export{a as default};
